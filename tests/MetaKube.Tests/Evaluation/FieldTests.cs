using System.Text.Json;
using MetaKube.Evaluation.Field;

namespace MetaKube.Tests.Evaluation;

/// <summary>The verb <c>field</c> over made-up folders of each layout.</summary>
public sealed class FieldTests : IDisposable
{
    private const string Tables = """
        $ kubectl get pods -n shop
        NAME                        READY   STATUS             RESTARTS   AGE
        web-66f7d9c5b4-2xkqz        0/1     ImagePullBackOff   0          2m
        """;
    private const string Events = """
        $ kubectl get events -n shop
        LAST SEEN   TYPE      REASON    OBJECT                       MESSAGE
        30s         Warning   Failed    pod/web-66f7d9c5b4-2xkqz     Failed to pull image "shop/web:v9": not found
        """;

    private readonly TemporaryFolder folder = new();

    private readonly StringWriter output = new();

    public void Dispose()
    {
        folder.Dispose();
        output.Dispose();
    }

    [Fact]
    public async Task A_thread_is_right_by_its_code_and_another_code_is_confidently_wrong()
    {
        WriteThread("A-01-image", """{"fault": "image.not-found", "also": [], "shown": "shop/web:v9"}""");
        WriteThread("B-02-other", """{"fault": "config.bad-value", "also": [], "shown": "no such line"}""");
        var results = await RunAsync(0);
        results[0].GetProperty("verdict").GetString().ShouldBe("right");
        results[0].GetProperty("shown").GetBoolean().ShouldBeTrue();
        results[1].GetProperty("verdict").GetString().ShouldBe("WRONG");
        results[1].GetProperty("shown").GetBoolean().ShouldBeFalse();
        output.ToString().ShouldContain("B-02-other: expected config.bad-value; said image.not-found");
        output.ToString().ShouldNotContain("A-01-image");
    }

    [Fact]
    public async Task Without_a_code_an_answer_in_words_counts_but_none_that_calls_it_healthy()
    {
        WriteThread("words", """{"fault": null, "cause": "x", "says": "(?i)abnormal", "shown": "-"}""");
        folder.Write("words/question.txt", "what is wrong?\n");
        folder.Write("words/attach2.txt", "$ kubectl get events -A\nNo resources found\n");
        folder.Write(
            "words/attach1.txt",
            """
            $ kubectl get pods -A
            NAMESPACE   NAME                    READY   STATUS    RESTARTS   AGE
            shop        web-66f7d9c5b4-2xkqz    1/1     Running   0          2m
            $ kubectl get deploy,svc,ing,hpa,cj,job,pdb,pvc -A
            No resources found
            $ kubectl get ingressclass
            No resources found
            """
        );
        var result = (await RunAsync(0)).ShouldHaveSingleItem();
        result.GetProperty("verdict").GetString().ShouldBe("healthy");
        result.GetProperty("kind").GetString().ShouldBe("no code");
    }

    [Fact]
    public async Task A_case_that_cannot_be_read_fails_and_ends_no_run()
    {
        WriteThread("A-01-image", """{"fault": "image.not-found", "shown": "shop/web:v9"}""");
        WriteThread("B-02-empty", """{"fault": "image.not-found", "shown": "shop/web:v9"}""");
        folder.Write("B-02-empty/attach1.txt", "");
        folder.Write("B-02-empty/attach2.txt", "");
        var results = await RunAsync(1);
        results.Select(result => result.GetProperty("verdict").GetString()).ShouldBe(["right", "no answer"]);
    }

    [Theory]
    [InlineData("app", "web", 1, "True")]
    [InlineData("app", "cart", 0, "False")]
    [InlineData("namespace", "shop", 1, "True")]
    public async Task A_case_of_the_benchmark_needs_the_cause_and_the_object(
        string kind,
        string name,
        int right,
        string place
    )
    {
        WriteBenchmark(kind, name, """ "detail": "V9" """);
        var result = (await RunAsync(0, "--question", "neutral")).ShouldHaveSingleItem();
        result.GetProperty("case").GetString().ShouldBe("boutique/startup/7");
        result.GetProperty("cause").GetBoolean().ShouldBeTrue();
        result.GetProperty("place").GetBoolean().ToString().ShouldBe(place);
        result.GetProperty("a3").GetBoolean().ToString().ShouldBe(place);
        result.GetProperty("detail").GetBoolean().ShouldBeTrue();
        output.ToString().ShouldMatch($@"boutique wrong_image +1 +{right}\.000 ");
    }

    [Fact]
    public async Task A_cut_down_input_is_printed_beside_the_expected_words()
    {
        WriteThread("12-tag", "{}");
        File.Delete(Path.Combine(folder.Path, "12-tag", "truth.json"));
        folder.Write("12-tag/expected.txt", "image.not-found: the tag v9 does not exist\n");
        var result = (await RunAsync(0)).ShouldHaveSingleItem();
        result.GetProperty("said").GetString().ShouldBe("image.not-found");
        output.ToString().ShouldContain("12-tag");
        output.ToString().ShouldContain("  expected  image.not-found: the tag v9 does not exist");
    }

    [Fact]
    public void Reversed_puts_each_description_before_the_tables() =>
        FieldCase
            .DescribedFirst(
                """
                $ kubectl get pods
                NAME
                web

                $ kubectl describe pods web
                Name: web

                $ kubectl get nodes
                NAME
                $ kubectl describe nodes n
                Name: n
                """
            )
            .ShouldBe(
                """
                $ kubectl describe pods web
                Name: web

                $ kubectl describe nodes n
                Name: n

                $ kubectl get pods
                NAME
                web

                $ kubectl get nodes
                NAME


                """
            );

    [Theory]
    [InlineData("--order", "backwards")]
    [InlineData("--json")]
    public async Task An_unknown_option_is_wrong_usage(params string[] options)
    {
        (await FieldRun.RunAsync([folder.Path, .. options], output)).ShouldBe(2);
        output.ToString().ShouldContain("usage: evaluate field DIR");
    }

    [Fact]
    public async Task A_folder_without_cases_is_wrong_usage() =>
        (await FieldRun.RunAsync([folder.Path], output)).ShouldBe(2);

    private void WriteThread(string name, string truth)
    {
        folder.Write($"{name}/question.txt", "why is web down?\n");
        folder.Write($"{name}/truth.json", truth);
        folder.Write($"{name}/attach1.txt", Tables);
        folder.Write($"{name}/attach2.txt", Events);
    }

    private void WriteBenchmark(string kind, string name, string detail)
    {
        const string at = "boutique/startup/7";
        folder.Write($"{at}/question.txt", "Partial outage.\n");
        folder.Write($"{at}/kubectl.txt", Tables);
        folder.Write($"{at}/events.txt", Events);
        folder.Write(
            $"{at}/truth.json",
            $$"""
            {"root_cause": "wrong_image", "object": "{{kind}}/{{name}}", "faults": ["image.not-found"], {{detail}},
             "kind": "{{kind}}", "name": "{{name}}", "namespace": "shop"}
            """
        );
    }

    private async Task<IReadOnlyList<JsonElement>> RunAsync(int status, params string[] options)
    {
        var file = Path.Combine(folder.Path, "results.jsonl");
        (await FieldRun.RunAsync([folder.Path, "--json", file, .. options], output)).ShouldBe(status);
        return
        [
            .. (await File.ReadAllLinesAsync(file, TestContext.Current.CancellationToken)).Select(line =>
                JsonSerializer.Deserialize<JsonElement>(line)
            ),
        ];
    }
}
