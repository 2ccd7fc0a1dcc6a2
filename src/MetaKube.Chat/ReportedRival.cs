using System.Text.Json.Serialization;
using MetaKube.Model;

namespace MetaKube.Chat;

public sealed record ReportedRival(string Fault, ReportedResource Resource, double Confidence)
{
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ReportedOpen? Open { get; init; }

    public static ReportedRival Of(Alternative a) =>
        new(OpenCause.Reported(a.Fault), ReportedResource.Of(a.Resource)!, a.Confidence)
        {
            Open = ReportedOpen.Of(a.Open),
        };

    public Alternative ToAlternative() => new(Fault, Resource.ToResource(), Confidence) { Open = Open?.ToOpenCause() };
}
