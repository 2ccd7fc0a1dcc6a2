using System;
using System.Text.Json;
using MetaKube.Chat;
using MetaKube.Cluster;
using MetaKube.Evaluation.Redaction;
using MetaKube.Fakes;

namespace MetaKube.Tests.Cluster.Redaction;

/// <summary>No planted secret of the corpus is in the answer about the text that it stands in.</summary>
public sealed class RedactedAnswerTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    private static IEnumerable<PlantedSecret> Corpus() =>
        PlantedSecret
            .Load(Path.Combine(Repository.Root, "tests", "redaction", "secrets.jsonl"))
            .Where(planted => planted.Class != "bare");

    [Fact]
    public async Task An_answer_about_pasted_text_has_none()
    {
        var leaks = new List<string>();
        foreach (var planted in Corpus())
        {
            var paste = $"$ kubectl logs web -n shop\nERROR cannot start\n{planted.Text}\nFATAL exiting";
            var json = await AskAsync(new PastedEvidence([new("paste.txt", paste)], TimeProvider.System));
            if (planted.In(json) != Leak.None)
                leaks.Add($"{planted.Id} {planted.Kind} in {planted.Place}");
        }
        leaks.ShouldBeEmpty();
    }

    [Fact]
    public async Task An_answer_about_a_dump_has_none()
    {
        var planted = Corpus().Take(150).ToList();
        folder.Write(
            "shop/pods.json",
            """
            {
              "kind": "PodList",
              "items": [{
                "metadata": { "name": "web", "namespace": "shop" },
                "spec": { "containers": [{ "name": "app", "image": "web:1" }] },
                "status": { "phase": "Running", "containerStatuses": [{ "name": "app", "ready": false,
                  "restartCount": 4, "image": "web:1", "imageID": "",
                  "state": { "waiting": { "reason": "CrashLoopBackOff" } },
                  "lastState": { "terminated": { "exitCode": 1, "reason": "Error" } } }] }
              }]
            }
            """
        );
        var leaks = new List<string>();
        foreach (var secret in planted)
        {
            folder.Write("shop/web/app.log", $"starting\nERROR {secret.Text}\nFATAL exiting\n");
            if (secret.In(await AskAsync(new DumpEvidence(folder.Path))) != Leak.None)
                leaks.Add($"{secret.Id} {secret.Kind} in {secret.Place}");
        }
        leaks.ShouldBeEmpty();
    }

    private static async Task<string> AskAsync(MetaKube.Model.IEvidenceSource source)
    {
        var token = TestContext.Current.CancellationToken;
        var answer = await MemorylessInvestigation.RunAsync(source, "why does web crash", null, token);
        using var json = JsonDocument.Parse(InvestigationJson.Of(answer));
        return string.Join('\n', Texts(json.RootElement));
    }

    private static IEnumerable<string> Texts(JsonElement element) =>
        element.ValueKind switch
        {
            JsonValueKind.Object => element.EnumerateObject().SelectMany(property => Texts(property.Value)),
            JsonValueKind.Array => element.EnumerateArray().SelectMany(Texts),
            JsonValueKind.String => [element.GetString()!],
            _ => [],
        };
}
