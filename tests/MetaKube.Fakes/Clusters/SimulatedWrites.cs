using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using MetaKube.Cluster.Objects;
using Microsoft.AspNetCore.Http;

namespace MetaKube.Fakes.Clusters;

/// <summary>
/// Patches of objects in the order of the API server: authorization, patch, optimistic lock, admission, dry run, store,
/// controllers.
/// </summary>
internal sealed class SimulatedWrites(SimulatedCluster cluster)
{
    /// <summary>All patches that arrived, dry runs and refused ones too.</summary>
    public ConcurrentQueue<SimulatedWrite> Received { get; } = new();

    /// <summary>Runs before a patch is processed, for example another write.</summary>
    public Action<SimulatedWrite> Arriving { get; set; } = static _ => { };

    /// <summary>An admission webhook: its message refuses the write.</summary>
    public Func<SimulatedWrite, string?> Refusal { get; set; } = static _ => null;

    public Func<SimulatedWrite, WriteFault> Fault { get; set; } = static _ => WriteFault.None;

    /// <summary>Controllers: run after an object was stored.</summary>
    public Action<JsonObject> Reconcile { get; set; } = static _ => { };

    public async Task AnswerAsync(HttpContext context, ResourceKind kind, string? ns, string name)
    {
        var write = await ReadAsync(context.Request, kind, ns, name);
        Received.Enqueue(write);
        Arriving(write);
        var fault = Fault(write);
        if (fault == WriteFault.Unavailable)
        {
            await SimulatedCluster.RefuseAsync(context, 503, "etcdserver: leader changed");
            return;
        }
        var (item, status, message) = Change(write, kind);
        if (item is null)
        {
            await SimulatedCluster.RefuseAsync(context, status, message);
            return;
        }
        if (fault == WriteFault.AnswerLost)
        {
            context.Abort();
            return;
        }
        await SimulatedCluster.WriteAsync(context, item);
    }

    private static async Task<SimulatedWrite> ReadAsync(
        HttpRequest request,
        ResourceKind kind,
        string? ns,
        string name
    ) =>
        new(
            kind.Kind,
            ns,
            name,
            request.Query["dryRun"] == "All",
            request.Headers.TryGetValue("Impersonate-User", out var account) ? account.ToString() : null,
            request.Query["fieldManager"].ToString(),
            (await JsonNode.ParseAsync(request.Body))!
        );

    /// <summary>The object after the write, or the status that refuses it.</summary>
    private (JsonObject? Item, int Status, string Message) Change(SimulatedWrite write, ResourceKind kind)
    {
        if (!cluster.Allows($"patch {kind.Plural}"))
            return (
                null,
                403,
                $"{kind.Plural} \"{write.Name}\" is forbidden: "
                    + $"User \"{write.Account}\" cannot patch resource \"{kind.Plural}\""
            );
        var before = cluster.Find(kind.Kind, write.Namespace, write.Name);
        if (before is null)
            return (null, 404, $"{kind.Plural} \"{write.Name}\" not found");
        JsonObject after;
        try
        {
            after = write.Patch is JsonArray operations
                ? ObjectPatch.Apply(before, operations)
                : ObjectPatch.Merge(before, write.Patch.AsObject());
        }
        catch (FormatException e)
        {
            return (null, 422, $"the server rejected our request due to an error in our request: {e.Message}");
        }
        if ((string?)after["metadata"]!["resourceVersion"] != (string?)before["metadata"]!["resourceVersion"])
            return (
                null,
                409,
                $"Operation cannot be fulfilled on {kind.Plural} \"{write.Name}\": the object has been modified"
            );
        if (Refusal(write) is { } refusal)
            return (null, 400, $"admission webhook \"policy.example.com\" denied the request: {refusal}");
        if (write.IsDryRun)
            return (after, 200, "");
        after["metadata"]!["managedFields"] = new JsonArray(
            new JsonObject { ["manager"] = write.Manager, ["operation"] = "Update" }
        );
        cluster.Add(kind.Kind, after);
        Reconcile(after);
        return (cluster.Find(kind.Kind, write.Namespace, write.Name), 200, "");
    }
}
