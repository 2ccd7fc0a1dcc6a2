namespace MetaKube.Evaluation.KubeFault;

/// <summary>
/// One form of a fault: its objects and the wording of one component. Its cases differ in names, images, numbers, noise
/// and question.
/// </summary>
/// <param name="Fault">The known cause.</param>
/// <param name="Name">Unique within the fault.</param>
/// <param name="Build">Adds the objects to a scene.</param>
internal sealed record Family(string Fault, string Name, Action<Scene> Build);
