namespace MetaKube.Chat;

/// <summary>The address of a conversation, on a platform whose addresses change.</summary>
/// <param name="Service">The address of the platform's server for the conversation.</param>
/// <param name="Kind">"personal", "groupChat" or "channel"; empty if unknown.</param>
public sealed record ChatAddress(Uri Service, string Kind);
