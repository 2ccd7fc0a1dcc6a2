using FsCheck.Xunit;
using k8s;
using k8s.Models;
using MetaKube.Cluster.Objects;
using MetaKube.Cluster.Redaction;
using MetaKube.Evaluation.Redaction;
using MetaKube.Fakes;

namespace MetaKube.Tests.Cluster.Redaction;

public sealed class RedactorTests
{
    private readonly Redactor redaction = new();

    [Theory]
    [InlineData("postgres://app:hunter2secret@db:5432/shop", "hunter2secret")]
    [InlineData("DB_PASSWORD=s3cr3tvalue", "s3cr3tvalue")]
    [InlineData("Authorization: Bearer abcdef0123456789abcdef", "abcdef0123456789abcdef")]
    [InlineData("token eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NSJ9.c2lnbmF0dXJl", "eyJzdWIiOiIxMjM0NSJ9")]
    [InlineData("key AKIAIOSFODNN7EXAMPLE used", "AKIAIOSFODNN7EXAMPLE")]
    [InlineData("xoxb-123456789012-abcdefghijkl", "abcdefghijkl")]
    [InlineData("{\"api_key\": \"9f8e7d6c5b4a\"}", "9f8e7d6c5b4a")]
    [InlineData("-----BEGIN RSA PRIVATE KEY-----\nMIIEow\n-----END RSA PRIVATE KEY-----", "MIIEow")]
    public void A_text_that_looks_like_a_credential_is_redacted(string text, string secret)
    {
        redaction.Clean(text).ShouldNotContain(secret);
        redaction.Clean(text).ShouldContain(Redactor.Mark);
    }

    [Theory]
    [InlineData("FATAL: password authentication failed for user \"orders\"")]
    [InlineData("secret \"checkout-db\" not found")]
    [InlineData("DB_PASSWORD: must be set")]
    [InlineData("http://shop:8080/path?x=1")]
    [InlineData("couldn't find key password in Secret shop/db")]
    public void Text_that_shows_the_fault_is_not_redacted(string text) => redaction.Clean(text).ShouldBe(text);

    [Fact]
    public void Of_280_planted_secrets_of_28_kinds_none_passes()
    {
        var corpus = RedactionCorpus.All().ToList();
        corpus.Count.ShouldBe(280);
        corpus
            .Where(planted => redaction.Clean(planted.Line).Contains(planted.Secret, StringComparison.Ordinal))
            .Select(planted => $"{planted.Kind}: {planted.Line}")
            .ShouldBeEmpty();
    }

    /// <summary>A corpus by somebody who had not seen the rules; see docs/security.md.</summary>
    [Fact]
    public void Of_the_corpus_no_secret_of_a_published_format_or_a_telling_name_passes() =>
        PlantedSecret
            .Load(Path.Combine(Repository.Root, "tests", "redaction", "secrets.jsonl"))
            .Where(planted => planted.Class != "bare" && planted.In(redaction.Clean(planted.Text)) != Leak.None)
            .Select(planted => $"{planted.Id} {planted.Kind} in {planted.Place}: {planted.Text}")
            .ShouldBeEmpty();

    [Fact]
    public void Harmless_lines_of_the_corpus_stay_as_they_are() =>
        File.ReadLines(Path.Combine(Repository.Root, "tests", "redaction", "harmless.txt"))
            .Where(line => redaction.Clean(line) != line)
            .ShouldBeEmpty();

    [Fact]
    public void Harmless_lines_stay_as_they_are() =>
        RedactionCorpus.Harmless.Where(line => redaction.Clean(line) != line).ShouldBeEmpty();

    [Fact]
    public void Of_the_lines_of_real_logs_and_events_under_one_in_a_hundred_is_damaged()
    {
        var lines = Scenario
            .LoadAll()
            .Where(scenario => File.Exists(scenario.Paste))
            .SelectMany(scenario => File.ReadLines(scenario.Paste))
            .Select(line => line.Trim())
            .Where(line => line.Length > 0 && !line.Contains(Redactor.Mark, StringComparison.Ordinal))
            .Distinct()
            .ToList();
        lines.Count.ShouldBeGreaterThan(1000);
        var damaged = lines.Where(line => redaction.Clean(line) != line).ToList();
        ((double)damaged.Count / lines.Count).ShouldBeLessThan(0.01, string.Join('\n', damaged));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void The_name_of_an_object_is_no_secret_though_a_Secret_holds_it_too(bool isSecretFirst)
    {
        V1Secret secret = new()
        {
            Metadata = new() { Name = "db", NamespaceProperty = "shop" },
            Data = new Dictionary<string, byte[]>
            {
                ["user"] = "checkout"u8.ToArray(),
                ["password"] = "vase-of-tin"u8.ToArray(),
            },
        };
        V1Deployment workload = new() { Metadata = new() { Name = "checkout", NamespaceProperty = "shop" } };
        var snapshot = new ClusterSnapshot("test");
        IKubernetesObject<V1ObjectMeta>[] items = isSecretFirst ? [secret, workload] : [workload, secret];
        foreach (var item in items)
            snapshot.Add(item);
        snapshot.Redaction.Quote("checkout logs in with vase-of-tin").ShouldBe("checkout logs in with [redacted]");
    }

    [Fact]
    public void A_secret_that_was_seen_does_not_pass_anywhere()
    {
        redaction.Learn("correct-horse-battery"u8);
        redaction.Clean("starting with correct-horse-battery now").ShouldBe($"starting with {Redactor.Mark} now");
        redaction.Clean(Convert.ToBase64String("correct-horse-battery"u8)).ShouldBe(Redactor.Mark);
    }

    [Theory]
    [InlineData("cannot reach http://db.shop:5432/x at all", "cannot reach db.shop:5432/x at all")]
    [InlineData(
        "see <https://evil.example.org|the docs> and <!channel>",
        "see ‹evil.example.org|the docs› and ‹!channel›"
    )]
    [InlineData("@here and @Everyone, ask ada@all", "here and Everyone, ask adaall")]
    [InlineData("[click](https://evil.example.org) javascript:alert(1)", "[click] (evil.example.org) alert(1)")]
    [InlineData("ConfigMap settings has no data: key is missing", "ConfigMap settings has no data: key is missing")]
    public void A_sentence_holds_no_mention_and_no_link(string text, string sentence) =>
        redaction.Sentence(text).ShouldBe(sentence);

    [Fact]
    public void Nothing_in_a_quote_can_command_a_terminal() =>
        redaction
            .Quote("\u001b[2J\u001b]0;pwned\u0007 hi\u202etxt")
            .ShouldNotContain(c => char.IsControl(c) || c == '\u202e');

    [Property]
    public bool Cleaning_twice_changes_nothing_more(string? text) =>
        redaction.Clean(redaction.Clean(text)) == redaction.Clean(text);

    [Property]
    public bool A_quote_is_one_bounded_line(string? text) =>
        redaction.Quote(text, 50) is { Length: <= 50 } quote && !quote.Contains('\n', StringComparison.Ordinal);
}
