using System.Text.Json;

namespace MetaKube.ChatOps.KubeLlm;

/// <summary>The tested models, from models/models.json.</summary>
internal sealed record ModelCatalogue(IReadOnlyList<KnownModel> Models)
{
    public static ModelCatalogue Load()
    {
        using var stream = typeof(ModelCatalogue).Assembly.GetManifestResourceStream("models.json")!;
        return JsonSerializer.Deserialize(stream, KubeLlmJson.Default.ModelCatalogue)!;
    }

    public KnownModel? Find(string name) =>
        Models.FirstOrDefault(model => string.Equals(model.Name, name, StringComparison.OrdinalIgnoreCase));

    /// <summary>The folder of downloaded models.</summary>
    public static string Folder(string directory) => Path.Combine(directory, "models");

    /// <summary>The path of a model file.</summary>
    /// <param name="model">A path, or the name of a model in the catalogue.</param>
    /// <param name="directory">The data folder.</param>
    public string FileOf(string model, string directory) =>
        Find(model) is { } known ? Path.Combine(Folder(directory), known.File) : Path.GetFullPath(model);
}

/// <summary>One model file.</summary>
/// <param name="ApproximateBytes">The file's size in bytes, to within a few percent.</param>
/// <param name="Sha256">The file's checksum, or null where none is published.</param>
/// <param name="Context">The context length in tokens that the model was trained for.</param>
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
