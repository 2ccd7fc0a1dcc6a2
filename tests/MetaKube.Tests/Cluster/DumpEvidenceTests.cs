using MetaKube.Chat;
using MetaKube.Cluster;
using MetaKube.Cluster.Logs;
using MetaKube.Fakes;
using MetaKube.Investigations;
using MetaKube.Model;

namespace MetaKube.Tests.Cluster;

public sealed class DumpEvidenceTests : IDisposable
{
    private static readonly string Recorded = Path.Combine(Scenario.DefaultFolder(), "config-missing-secret", "dump");

    private readonly TemporaryFolder folder = new();
    private readonly CancellationToken token = TestContext.Current.CancellationToken;

    public void Dispose() => folder.Dispose();

    private Task<Investigation> AskAsync(string question) =>
        MemorylessInvestigation.RunAsync(new DumpEvidence(folder.Path), question, null, token);

    [Fact]
    public async Task A_file_that_does_not_parse_is_named_and_the_rest_is_answered()
    {
        folder.CopyFrom(Recorded);
        folder.Write(
            "team-10/statefulsets.json",
            "{\"kind\":\"StatefulSetList\",\"items\":[{\"metadata\":{\"name\":\"x\""
        );
        File.WriteAllBytes(Path.Combine(folder.Path, "core.bin"), [0, 1, 2, 255, 254]);
        folder.Write("broken.yaml", "a: b: c\n\t- x");
        folder.Write(
            "team-10/wrong.json",
            """{"kind":"Pod","metadata":{"name":"odd","namespace":"team-10"},"spec":"text"}"""
        );
        folder.Write(
            "team-10/widget.json",
            """{"kind":"Widget","apiVersion":"example.com/v1","metadata":{"name":"w"}}"""
        );
        var investigation = await AskAsync("why is checkout crashing");
        investigation.Diagnosis.Fault.ShouldBe("config.missing-secret");
        var gaps = investigation.Gaps.Select(gap => gap.What).ToList();
        gaps.ShouldContain("team-10/statefulsets.json");
        gaps.ShouldContain("core.bin");
        gaps.ShouldContain("broken.yaml");
        gaps.ShouldContain(what => what.Contains("odd", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_value_of_a_secret_is_in_no_part_of_an_answer()
    {
        folder.CopyFrom(Recorded);
        var value = Convert.ToBase64String("correct-horse-battery"u8);
        folder.Write(
            "team-10/more.json",
            $$$"""
            {"kind":"Secret","apiVersion":"v1","metadata":{"name":"s","namespace":"team-10","annotations":{
            "kubectl.kubernetes.io/last-applied-configuration":"{\"data\":{\"p\":\"{{{value}}}\"}}"}},
            "data":{"p":"{{{value}}}"}}
            """
        );
        var pods = Path.Combine(folder.Path, "team-10", "pods.json");
        File.WriteAllText(
            pods,
            File.ReadAllText(pods)
                .Replace(
                    "secret \\\"checkout-db\\\" not found",
                    "secret \\\"checkout-db\\\" not found (was correct-horse-battery)",
                    StringComparison.Ordinal
                )
                .Replace(
                    "secret \\u0022checkout-db\\u0022 not found",
                    "secret \\u0022checkout-db\\u0022 not found (was correct-horse-battery)",
                    StringComparison.Ordinal
                )
        );
        var investigation = await AskAsync("why is checkout crashing");
        var json = InvestigationJson.Of(investigation);
        json.ShouldContain("[redacted]");
        json.ShouldNotContain("correct-horse-battery");
        json.ShouldNotContain(value);
    }

    [Fact]
    public async Task Any_folder_with_manifests_will_do()
    {
        folder.Write(
            "all.yaml",
            """
            apiVersion: v1
            kind: Pod
            metadata: {name: web-0, namespace: shop, labels: {app: web}}
            spec: {containers: [{name: app, image: web}]}
            status:
              phase: Running
              conditions: [{type: Ready, status: "True"}]
              containerStatuses:
              - {name: app, ready: true, restartCount: 0, image: web, imageID: "", state: {running: {}}}
            ---
            apiVersion: v1
            kind: List
            items:
            - apiVersion: v1
              kind: Service
              metadata: {name: web, namespace: shop}
              spec: {selector: {app: wep}, ports: [{port: 80}]}
            - {apiVersion: v1, kind: PodList, items: []}
            """
        );
        var diagnosis = (await AskAsync("service web does not answer")).Diagnosis;
        diagnosis.Fault.ShouldBe("network.service-selector-mismatch");
        diagnosis.Remedies[0].Commands[0].ShouldBe("kubectl -n shop set selector service web 'app=web'");
    }

    [Fact]
    public async Task A_few_lines_of_aliases_cannot_fill_the_memory()
    {
        folder.CopyFrom(Recorded);
        var lines = Enumerable
            .Range(1, 12)
            .Select(i => $"a{i}: &a{i} [{string.Join(",", Enumerable.Repeat($"*a{i - 1}", 10))}]");
        folder.Write("bomb.yaml", $"kind: Pod\na0: &a0 x\n{string.Join('\n', lines)}\n");
        folder.Write("cycle.yaml", "kind: Pod\nself: &self\n  again: *self\n");
        var investigation = await AskAsync("why is checkout crashing");
        investigation.Diagnosis.Fault.ShouldBe("config.missing-secret");
        investigation.Gaps.Select(gap => gap.What).ShouldContain("bomb.yaml");
    }

    [Fact]
    public async Task A_folder_without_objects_cannot_be_read()
    {
        folder.Write("notes.txt", "nothing");
        await Should.ThrowAsync<EvidenceUnavailableException>(() => AskAsync("what is wrong"));
    }

    [Fact]
    public async Task Only_the_end_of_a_log_is_read_from_the_start_of_a_line()
    {
        var text = string.Join('\n', Enumerable.Range(0, 5000).Select(i => $"line {i:0000} of a long log")) + "\n";
        var file = folder.Write("big.log", text);
        await using var seekable = File.OpenRead(file);
        var tail = await LogTail.ReadAsync(seekable, 1000, token);
        tail.ShouldStartWith("line ");
        tail.ShouldEndWith("line 4999 of a long log\n");
        tail.Length.ShouldBeLessThanOrEqualTo(1000);
        (await LogTail.ReadAsync(new Unseekable(text), 1000, token)).ShouldBe(tail);
        (await LogTail.ReadAsync(new Unseekable("short\n"), 1000, token)).ShouldBe("short\n");
    }

    [Fact]
    public async Task Log_files_of_kubectl_are_assigned_to_their_containers()
    {
        folder.Write(
            "shop/pods.json",
            """
            {"kind":"PodList","items":[{"metadata":{"name":"web-0","namespace":"shop"},
            "spec":{"containers":[{"name":"app","image":"a"},{"name":"side","image":"b"}]},
            "status":{"phase":"Running","containerStatuses":[
            {"name":"app","ready":false,"restartCount":2,"image":"a","imageID":"",
            "state":{"waiting":{"reason":"CrashLoopBackOff"}},
            "lastState":{"terminated":{"exitCode":1,"reason":"Error"}}},
            {"name":"side","ready":true,"restartCount":0,"image":"b","imageID":"","state":{"running":{}}}]}}]}
            """
        );
        folder.Write(
            "shop/web-0/logs.txt",
            """
            ==== START logs for container app of pod shop/web-0 ====
            FATAL: password authentication failed for user "web"
            ==== END logs for container app of pod shop/web-0 ====
            ==== START logs for container side of pod shop/web-0 ====
            java.lang.OutOfMemoryError: Java heap space
            ==== END logs for container side of pod shop/web-0 ====
            """
        );
        var diagnosis = (await AskAsync("why does web-0 crash")).Diagnosis;
        diagnosis.Fault.ShouldBe("config.bad-credentials");
        diagnosis.Resource?.Container.ShouldBe("app");
    }

    /// <summary>A network stream: forwards only, a few bytes at a time.</summary>
    private sealed class Unseekable(string text) : MemoryStream(System.Text.Encoding.UTF8.GetBytes(text))
    {
        public override bool CanSeek => false;

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(buffer.Length, 777)], cancellationToken);
    }
}
