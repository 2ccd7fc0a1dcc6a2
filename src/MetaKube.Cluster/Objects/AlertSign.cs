namespace MetaKube.Cluster.Objects;

/// <summary>A deviation of one object that the text of an alert reports.</summary>
/// <param name="Kind">The measured quantity, with its bad direction.</param>
/// <param name="ObjectKind">The text's word for the object: "Service", "Node", "Pod", "Deployment".</param>
/// <param name="Name">The object's name.</param>
/// <param name="Namespace">Its namespace, or null where the text names none.</param>
/// <param name="Factor">The new value divided by the usual one; 0 where the text has no such numbers.</param>
/// <param name="Value">The new value in the text's unit; 0 where it has none.</param>
/// <param name="Quote">The line of the text.</param>
internal sealed record AlertSign(
    AlertSignKind Kind,
    string ObjectKind,
    string Name,
    string? Namespace,
    double Factor,
    double Value,
    string Quote
);
