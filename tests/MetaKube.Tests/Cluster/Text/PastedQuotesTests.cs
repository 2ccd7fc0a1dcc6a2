using System.Diagnostics;
using System.Text.RegularExpressions;
using MetaKube.Cluster.Redaction;
using MetaKube.Cluster.Text;

namespace MetaKube.Tests.Cluster.Text;

public sealed partial class PastedQuotesTests
{
    public static TheoryData<string> Pastes =>
        [
            .. Directory
                .EnumerateFiles(
                    Path.Combine(Repository.Root, "tests", "scenarios"),
                    "paste.txt",
                    SearchOption.AllDirectories
                )
                .Where(file => new FileInfo(file).Length > 0)
                .Select(file => Path.GetRelativePath(Repository.Root, file))
                .Order(StringComparer.Ordinal),
        ];

    [Theory]
    [MemberData(nameof(Pastes))]
    public void Every_quote_stands_in_what_was_pasted(string file)
    {
        var text = File.ReadAllText(Path.Combine(Repository.Root, file));
        // Also where parts of it are missing, in another order, or without their blanks.
        foreach (var variant in (string[])[text, .. Halves(text), Folded(text)])
        {
            var folded = Blank().Replace(PasteText.Normalise(variant)!, " ");
            foreach (var finding in Pasted.Findings(variant))
                foreach (var part in finding.Quote.TrimEnd('…').Split(Redactor.Mark))
                    folded.ShouldContain(part.Trim(), Case.Sensitive, $"{finding.Source}: {finding.Summary}");
        }
    }

    [Fact]
    public void A_paste_of_five_megabytes_is_read_in_linear_time()
    {
        var block = string.Join('\n', Pastes.Select(row => File.ReadAllText(Path.Combine(Repository.Root, row.Data))));
        var large = new System.Text.StringBuilder();
        for (var i = 0; large.Length < 5_000_000; i++)
            large.Append(block.Replace("team-", $"team-{i}-", StringComparison.Ordinal)).Append('\n');
        var clock = Stopwatch.StartNew();
        Pasted.Read(large.ToString()).Everything.Any().ShouldBeTrue();
        // About a second, and so much more on a machine that runs other tests.
        clock.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(60));
    }

    private static IEnumerable<string> Halves(string text)
    {
        var middle = text.IndexOf('\n', text.Length / 2) + 1;
        return [text[..middle], text[middle..], text[middle..] + "\n" + text[..middle]];
    }

    private static string Folded(string text) =>
        string.Join('\n', text.Split('\n').Select(line => Blank().Replace(line, " ").Trim()));

    [GeneratedRegex(@"\s+")]
    private static partial Regex Blank();
}
