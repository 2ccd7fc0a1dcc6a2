using System.Diagnostics;
using System.Text.Json.Nodes;
using YamlDotNet.Serialization;

namespace MetaKube.Tests.Deploy;

/// <summary>
/// The Helm chart, rendered by Go's templates and Sprig's functions (tests/helm/render.go), where METAKUBE_TEST_HELM
/// names the program.
/// </summary>
internal static class Chart
{
    public static string? Renderer =>
        Environment.GetEnvironmentVariable("METAKUBE_TEST_HELM") is { Length: > 0 } program ? program : null;

    /// <param name="values">Changed values, as path=JSON.</param>
    public static async Task<(string Manifests, string Error)> RenderAsync(
        string release,
        string ns,
        params string[] values
    )
    {
        Assert.SkipWhen(Renderer is null, "METAKUBE_TEST_HELM names no program that renders charts");
        using var process = Process.Start(
            new ProcessStartInfo(
                Renderer!,
                [Path.Combine(Repository.Root, "deploy", "helm", "metakube"), release, ns, .. values]
            )
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            }
        )!;
        var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var manifests = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode == 0 ? manifests : "", await error);
    }

    /// <summary>The objects of rendered manifests.</summary>
    public static IReadOnlyList<JsonObject> Objects(string manifests)
    {
        var yaml = new DeserializerBuilder().WithAttemptingUnquotedStringTypeDeserialization().Build();
        var json = new SerializerBuilder().JsonCompatible().Build();
        return
        [
            .. manifests
                .Split("\n---")
                .Select(one => one.TrimStart('-', '\n'))
                .Select(one => yaml.Deserialize<object?>(one))
                .OfType<Dictionary<object, object>>()
                .Select(one => JsonNode.Parse(json.Serialize(one))!.AsObject()),
        ];
    }
}
