using System.Text.Json;

namespace MetaKube.ChatOps.KubeLlm;

/// <summary>The models that are known to do, from models/models.json.</summary>
internal sealed record ModelCatalogue(IReadOnlyList<KnownModel> Models)
{
    public static ModelCatalogue Load()
    {
        using var stream = typeof(ModelCatalogue).Assembly.GetManifestResourceStream("models.json")!;
        return JsonSerializer.Deserialize(stream, KubeLlmJson.Default.ModelCatalogue)!;
    }

    public KnownModel? Find(string name) =>
        Models.FirstOrDefault(model => string.Equals(model.Name, name, StringComparison.OrdinalIgnoreCase));

    /// <summary>Where models are kept.</summary>
    public static string Folder(string directory) => Path.Combine(directory, "models");

    /// <summary>The file that a configuration means: a path, or a name of the catalogue.</summary>
    public string FileOf(string model, string directory) =>
        Find(model) is { } known ? Path.Combine(Folder(directory), known.File) : Path.GetFullPath(model);
}

/// <summary>One model file.</summary>
/// <param name="ApproximateBytes">Its size, to within a few percent; the server that it comes from knows the exact
/// one.</param>
/// <param name="Sha256">Its checksum, or null where nobody has vouched for one.</param>
/// <param name="Context">Tokens that it was trained for.</param>
/// <param name="MemoryGiB">Memory for the weights and one context of 16,384 tokens.</param>
internal sealed record KnownModel(
    string Name,
    string Purpose,
    string File,
    Uri Url,
    long ApproximateBytes,
    string? Sha256,
    string Licence,
    int Context,
    int MemoryGiB
);
