using MetaKube.Model;

namespace MetaKube.Tests.Model;

public sealed class TextTemplateTests
{
    private static string Of(string text, params string[] names) =>
        string.Join(' ', TextTemplate.Words(text, names.ToHashSet()));

    [Theory]
    [InlineData(
        "Back-off restarting failed container app in pod web-1",
        "back-off restarting failed container * in pod *"
    )]
    [InlineData("secret \"db-credentials\" not found", "secret not found")]
    [InlineData("open /etc/app/config.yaml: no such file", "open * no such file")]
    [InlineData("dial tcp 10.0.0.7:5432: connection refused", "dial tcp * connection refused")]
    public void Names_numbers_and_paths_become_a_star_and_quoted_words_vanish(string text, string template) =>
        Of(text, "app", "web-1").ShouldBe(template);

    [Fact]
    public void An_apostrophe_is_no_quote() => Of("it doesn't start").ShouldContain("start");

    [Theory]
    [InlineData("crashloopbackoff", true)]
    [InlineData("the", false)]
    [InlineData("*", false)]
    [InlineData("pod", false)]
    public void Words_of_any_question_distinguish_nothing(string word, bool isDistinctive) =>
        TextTemplate.IsDistinctive(word).ShouldBe(isDistinctive);
}
