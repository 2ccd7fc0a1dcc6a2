using System.Globalization;
using System.Text.Json.Serialization;
using MetaKube.Investigations;
using MetaKube.Model;

namespace MetaKube.Chat;

/// <summary>A person's note about an object or a fault; the next answer about it shows the note.</summary>
/// <param name="Id">Unique, such as "n3f09a2c".</param>
/// <param name="Subject">The object, as <see cref="SubjectOf"/> writes it, or a fault code.</param>
/// <param name="Text">One line of the person's words, redacted; untrusted.</param>
/// <param name="By">The person: "cli:ada", or a platform and its user id.</param>
/// <param name="At">When it was written.</param>
/// <param name="Cluster">The cluster it was written about, or null.</param>
public sealed record Note(string Id, string Subject, string Text, string By, DateTimeOffset At, string? Cluster)
{
    public const int LongestText = 500;

    /// <summary>The note with its author and its day, for a reader in a cluster.</summary>
    public string In(string cluster)
    {
        var elsewhere = Cluster is null || Cluster == cluster ? "" : $", cluster {Cluster}";
        var day = At.ToString("d MMM yyyy", CultureInfo.InvariantCulture);
        return $"{Person.NameOf(By)} on {day}{elsewhere}: {Text}";
    }

    /// <summary>The object as a subject; its container does not matter.</summary>
    public static string SubjectOf(ResourceRef resource) => resource.Object.ToString();

    /// <summary>The subjects of an answer: its target, the resource that it blames and its fault.</summary>
    public static IReadOnlyList<string> SubjectsOf(Investigation investigation) =>
        SubjectsOf(investigation.Target, investigation.Diagnosis.Resource, investigation.Diagnosis.Fault);

    public static IReadOnlyList<string> SubjectsOf(ResourceRef? target, ResourceRef? blamed, string fault)
    {
        var objects = new[] { blamed, target }.OfType<ResourceRef>().Where(resource => resource.IsNamed);
        string[] faults =
            fault is Diagnosis.Unknown or Diagnosis.None || OpenCause.Reported(fault) == OpenCause.Fault ? [] : [fault];
        return [.. objects.Select(SubjectOf).Concat(faults).Distinct()];
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(Note))]
public sealed partial class NoteJson : JsonSerializerContext;
