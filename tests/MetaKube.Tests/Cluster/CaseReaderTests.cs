using System;
using MetaKube.Cluster;
using MetaKube.Fakes;
using MetaKube.Investigations;
using MetaKube.Model;

namespace MetaKube.Tests.Cluster;

/// <summary>Further evidence that an investigation reads on demand, from recorded clusters.</summary>
public sealed class CaseReaderTests
{
    private readonly CancellationToken token = TestContext.Current.CancellationToken;

    private async Task<(Evidence Evidence, EvidenceAnswer Answer)> AskAsync(
        string folder,
        string question,
        EvidenceTool tool,
        Func<Evidence, ResourceRef> of,
        string? grep = null
    )
    {
        var opened = await new DumpEvidence(folder).ResolveAsync(new(question), SilentProgress.Instance, token);
        var evidence = await opened.CollectAsync(SilentProgress.Instance, token);
        return (evidence, await opened.ReadAsync(new(tool, of(evidence), grep), token));
    }

    private Task<(Evidence Evidence, EvidenceAnswer Answer)> AskAsync(EvidenceTool tool, string? grep = null) =>
        AskAsync(
            MetaKubeProgram.Dump("application-crash"),
            "why is matcher crashing",
            tool,
            evidence => evidence.Topology.Controller(evidence.Target.Object!),
            grep
        );

    private const string PodWithSecrets = """
        apiVersion: v1
        kind: Secret
        metadata: { name: db, namespace: shop, annotations: { copy: "hunter2-hunter2" } }
        data: { password: aHVudGVyMi1odW50ZXIy }
        ---
        apiVersion: v1
        kind: Pod
        metadata: { name: web, namespace: shop }
        spec:
          containers:
          - name: app
            image: web
            env:
            - { name: DB_PASSWORD, value: plain-secret }
            - { name: DSN, value: "postgres://u:hunter2-hunter2@db" }
        status:
          phase: Running
          containerStatuses:
          - name: app
            image: web
            imageID: ""
            ready: false
            restartCount: 3
            state: { waiting: { reason: CrashLoopBackOff } }
        """;

    private static string CrashingPod(string name, string ns) =>
        $$"""
            apiVersion: v1
            kind: Pod
            metadata: { name: {{name}}, namespace: {{ns}} }
            spec: { containers: [ { name: app, image: {{name}} } ] }
            status:
              phase: Running
              containerStatuses:
              - name: app
                image: {{name}}
                imageID: ""
                ready: false
                restartCount: 3
                state: { waiting: { reason: CrashLoopBackOff } }

            """;

    [Fact]
    public async Task Logs_are_read_of_all_pods_and_searched_whatever_the_case()
    {
        var all = (await AskAsync(EvidenceTool.Logs)).Answer.Text;
        all.ShouldContain("panic: runtime error");
        var some = (await AskAsync(EvidenceTool.Logs, "PANIC: RUNTIME")).Answer.Text;
        some.ShouldContain("panic: runtime error");
        some.ShouldNotContain("goroutine");
        (await AskAsync(EvidenceTool.Logs, "no such word")).Answer.Text.ShouldContain("0 of the last");
    }

    [Fact]
    public async Task An_object_is_described_without_what_only_fills_a_page()
    {
        var text = (await AskAsync(EvidenceTool.Describe)).Answer.Text;
        text.ShouldContain("\"replicas\":1");
        text.ShouldNotContain("managedFields");
        text.ShouldNotContain("last-applied-configuration");
    }

    [Fact]
    public async Task Secrets_are_described_without_their_values_and_credentials_in_variables_are_redacted()
    {
        using var folder = new TemporaryFolder();
        folder.Write("s.yaml", PodWithSecrets);
        folder.Write("shop/web/app.log", "token=abcdef0123456789 connecting\nFATAL refused\n");
        var secret = (
            await AskAsync(folder.Path, "why is web failing", EvidenceTool.Describe, _ => new("Secret", "shop", "db"))
        )
            .Answer
            .Text;
        secret.ShouldContain("\"name\":\"db\"");
        secret.ShouldNotContain("hunter2");
        secret.ShouldNotContain("aHVudGVy");
        var pod = (
            await AskAsync(folder.Path, "why is web failing", EvidenceTool.Describe, _ => new("Pod", "shop", "web"))
        )
            .Answer
            .Text;
        pod.ShouldContain("DB_PASSWORD");
        pod.ShouldNotContain("plain-secret");
        pod.ShouldNotContain("hunter2");
        (
            await AskAsync(folder.Path, "why is web failing", EvidenceTool.Logs, _ => new("Pod", "shop", "web"))
        ).Answer.Text.ShouldNotContain("abcdef0123456789");
    }

    [Fact]
    public async Task Events_neighbours_and_measurements_are_those_of_the_object_and_its_pods()
    {
        (await AskAsync(EvidenceTool.Events)).Answer.Text.ShouldContain("BackOff");
        (await AskAsync(EvidenceTool.Neighbours)).Answer.Text.ShouldContain("manages");
        (await AskAsync(EvidenceTool.Metrics)).Answer.Text.ShouldContain("restarts 8");
    }

    [Theory]
    [InlineData(EvidenceTool.Logs)]
    [InlineData(EvidenceTool.Describe)]
    [InlineData(EvidenceTool.Events)]
    [InlineData(EvidenceTool.Neighbours)]
    [InlineData(EvidenceTool.Metrics)]
    public async Task A_missing_object_is_reported_as_missing(EvidenceTool tool)
    {
        var (_, answer) = await AskAsync(
            MetaKubeProgram.Dump("application-crash"),
            "why is matcher crashing",
            tool,
            _ => new("Deployment", "team-66", "nonesuch")
        );
        answer.Text.ShouldNotBeNullOrWhiteSpace();
        answer.Text.Length.ShouldBeLessThan(60);
        answer.Findings.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_log_that_was_not_collected_is_judged_by_the_inspectors()
    {
        using var folder = new TemporaryFolder();
        // The log of another namespace is not read until the model asks for it.
        folder.Write("o.yaml", $"{CrashingPod("web", "shop")}---\n{CrashingPod("worker", "other")}");
        folder.Write("other/worker/app.log", "panic: runtime error: index out of range [3] with length 3\n");
        var (evidence, answer) = await AskAsync(
            folder.Path,
            "why is pod web failing",
            EvidenceTool.Logs,
            _ => new("Pod", "other", "worker")
        );
        var finding = answer.Findings.ShouldHaveSingleItem();
        finding.Fault.ShouldBe("application.crash");
        evidence.Findings.ShouldNotContain(known => known.Id == finding.Id);
    }

    [Fact]
    public async Task Answers_are_bounded_however_long_a_log_is()
    {
        using var folder = new TemporaryFolder();
        folder.CopyFrom(MetaKubeProgram.Dump("application-crash"));
        var pods = Directory.EnumerateFiles(folder.Path, "*.log", SearchOption.AllDirectories).ToList();
        foreach (var log in pods)
            await File.WriteAllTextAsync(
                log,
                string.Concat(Enumerable.Repeat($"ERROR {new string('x', 900)}\n", 3000)),
                token
            );
        var (_, answer) = await AskAsync(
            folder.Path,
            "why is matcher crashing",
            EvidenceTool.Logs,
            evidence => evidence.Topology.Controller(evidence.Target.Object!),
            "error"
        );
        answer.Text.Length.ShouldBeLessThan(7000);
    }
}
