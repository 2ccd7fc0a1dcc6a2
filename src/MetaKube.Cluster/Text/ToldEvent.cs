namespace MetaKube.Cluster.Text;

/// <summary>A message of Kubernetes that somebody quotes, as the event that carries it in a cluster.</summary>
/// <param name="Kind">The kind of the object that such events are about.</param>
/// <param name="Reason">The event's reason.</param>
/// <param name="Message">The message, as far as it is quoted.</param>
internal sealed record ToldEvent(string Kind, string Reason, string Message);
