namespace MetaKube.Cluster.Inspectors;

/// <summary>
/// Looks for the faults of one family. An inspector is a pure function of the context: it changes nothing in it and
/// keeps nothing between calls. Every inspector is listed in <see cref="InspectorRegistry.All"/>.
/// </summary>
internal interface IInspector
{
    InspectionResult Inspect(InspectionContext context);
}
