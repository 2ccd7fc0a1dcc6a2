using MetaKube.Chat;

namespace MetaKube.Tests.Chat;

internal static class RenderedOrder
{
    /// <summary>Checks that a text shows the verdict, the cause and each section with its lines, in order.</summary>
    public static void ShouldShowInOrder(this string rendered, AnswerView view, IEnumerable<AnswerSection> sections)
    {
        var at = -1;
        IEnumerable<string> first = view.Cause is { } cause ? [view.Verdict, cause] : [view.Verdict];
        foreach (var text in first.Concat(sections.SelectMany(Texts)))
        {
            var next = rendered.IndexOf(text, at + 1, StringComparison.Ordinal);
            next.ShouldBeGreaterThan(at, $"\"{text}\" is missing or out of order in:\n{rendered}");
            at = next;
        }
    }

    private static IEnumerable<string> Texts(AnswerSection section) =>
        section.Lines.SelectMany(line => line.Verbatim.Prepend(line.Text)).Prepend(section.Title);
}
