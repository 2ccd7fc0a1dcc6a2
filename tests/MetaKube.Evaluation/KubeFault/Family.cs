namespace MetaKube.Evaluation.KubeFault;

/// <summary>
/// One way in which a fault shows itself: a shape of objects and the wording of one component; its cases differ in
/// names, images, numbers, noise and question.
/// </summary>
/// <param name="Fault">The known cause.</param>
/// <param name="Name">Unique within the fault.</param>
/// <param name="Build">Puts it together.</param>
internal sealed record Family(string Fault, string Name, Action<Scene> Build);
