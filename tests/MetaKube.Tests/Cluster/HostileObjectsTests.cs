using System;
using System.Diagnostics;
using MetaKube.Chat;
using MetaKube.Cluster;
using MetaKube.Fakes;
using MetaKube.Faults;
using MetaKube.Investigations;

namespace MetaKube.Tests.Cluster;

/// <summary>Objects and folders that somebody made to break the reader.</summary>
public sealed class HostileObjectsTests : IDisposable
{
    private const string Healthy = """
        {
          "apiVersion": "v1", "kind": "Pod", "metadata": { "name": "web", "namespace": "shop" },
          "spec": { "containers": [{ "name": "app", "image": "nginx:nope" }] },
          "status": {
            "phase": "Pending",
            "containerStatuses": [{
              "name": "app", "ready": false, "restartCount": 0, "image": "nginx:nope", "imageID": "",
              "state": { "waiting": { "reason": "ErrImagePull", "message": "manifest for nginx:nope not found" } }
            }]
          }
        }
        """;

    private readonly TemporaryFolder folder = new();
    private readonly CancellationToken token = TestContext.Current.CancellationToken;

    public void Dispose() => folder.Dispose();

    private Task<Investigation> AskAsync(string text) =>
        MemorylessInvestigation.RunAsync(
            new PastedEvidence([new("paste.txt", text)], TimeProvider.System),
            "why does web not start",
            null,
            token
        );

    [Theory]
    [InlineData("""{ "kind": "\ud83d" }""")]
    [InlineData("""{ "kind": "Pod", "metadata": { "name": "\ud83d", "namespace": "shop" } }""")]
    [InlineData("""{ "kind": "Pod", "metadata": { "name": "b", "namespace": ["x"] } }""")]
    [InlineData("""{ "kind": "Pod", "metadata": { "name": "b", "ownerReferences": [{ "uid": "1" }, null] } }""")]
    [InlineData(
        """{ "kind": "Pod", "metadata": { "name": "b" }, "spec": { "containers": [null], "volumes": [null] } }"""
    )]
    [InlineData(
        """
            { "kind": "Pod", "metadata": { "name": "b" },
              "spec": { "containers": [{ "name": "c", "env": [null, {}], "volumeMounts": null }] } }
            """
    )]
    [InlineData(
        """
            { "kind": "Pod", "metadata": { "name": "b" },
              "spec": { "containers": [{ "name": "c", "resources": { "limits": { "cpu": "1e9999999" } } }] } }
            """
    )]
    public async Task One_bad_object_does_not_cost_the_others(string bad)
    {
        var list = $$"""{ "kind": "List", "apiVersion": "v1", "items": [{{bad}}, {{Healthy}}] }""";
        (await AskAsync(list)).Diagnosis.Fault.ShouldBe(ImageFaults.NotFound);
    }

    [Fact]
    public async Task A_manifest_that_is_cut_off_within_a_list_is_read()
    {
        var yaml =
            "apiVersion: v1\nkind: Pod\nmetadata:\n  name: web\nspec:\n  containers:\n  - name: c\n    env:\n  -\n";
        (await AskAsync(yaml)).Target.ShouldNotBeNull();
    }

    [Fact]
    public async Task A_line_separator_within_a_string_does_not_break_its_JSON()
    {
        var text = Healthy.Replace(
            "\"phase\": \"Pending\"",
            "\"phase\": \"Pending\", \"message\": \"a\u2028b\"",
            StringComparison.Ordinal
        );
        (await AskAsync(text)).Diagnosis.Fault.ShouldBe(ImageFaults.NotFound);
    }

    [Fact]
    public async Task Names_of_objects_cannot_command_a_terminal()
    {
        var text = Healthy.Replace("\"web\"", "\"web\\u001b[2J\\u202e\\u200b\"", StringComparison.Ordinal);
        var answer = await AskAsync(text);
        answer.Target!.Name.ShouldBe("web");
        InvestigationJson
            .Of(answer)
            .Any(c => char.IsControl(c) && c is not ('\n' or '\r') || c is '\u202e' or '\u200b')
            .ShouldBeFalse();
    }

    [Fact]
    public async Task Links_that_leave_a_dump_are_not_followed()
    {
        using var elsewhere = new TemporaryFolder();
        elsewhere.Write("passwd", "FATAL: root:x:0:0 from another file");
        folder.Write("shop/pods.json", $$"""{ "kind": "PodList", "items": [{{Healthy}}] }""");
        Directory.CreateDirectory(Path.Combine(folder.Path, "shop", "web"));
        File.CreateSymbolicLink(
            Path.Combine(folder.Path, "shop", "web", "app.log"),
            Path.Combine(elsewhere.Path, "passwd")
        );
        Directory.CreateSymbolicLink(Path.Combine(folder.Path, "out"), elsewhere.Path);
        File.CreateSymbolicLink(Path.Combine(folder.Path, "zero.json"), "/dev/zero");
        var answer = await DumpAsync();
        answer.Diagnosis.Fault.ShouldBe(ImageFaults.NotFound);
        InvestigationJson.Of(answer).ShouldNotContain("another file");
    }

    [Fact]
    public async Task Links_within_a_dump_are_followed_as_a_mounted_volume_has_them()
    {
        folder.Write("..2026/pods.json", $$"""{ "kind": "PodList", "items": [{{Healthy}}] }""");
        File.CreateSymbolicLink(Path.Combine(folder.Path, "pods.json"), Path.Combine("..2026", "pods.json"));
        (await DumpAsync()).Diagnosis.Fault.ShouldBe(ImageFaults.NotFound);
    }

    [Fact]
    public async Task A_pipe_in_a_dump_is_not_opened()
    {
        folder.Write("shop/pods.json", $$"""{ "kind": "PodList", "items": [{{Healthy}}] }""");
        using (var mkfifo = Process.Start("mkfifo", [Path.Combine(folder.Path, "pipe.json")]))
            await mkfifo.WaitForExitAsync(token);
        (await DumpAsync()).Diagnosis.Fault.ShouldBe(ImageFaults.NotFound);
    }

    private Task<Investigation> DumpAsync() =>
        MemorylessInvestigation.RunAsync(new DumpEvidence(folder.Path), "why does web not start", null, token);
}
