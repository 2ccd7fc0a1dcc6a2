namespace MetaKube.Chat;

/// <summary>A text file that is attached to a message.</summary>
/// <param name="Id">The platform's id of the file.</param>
/// <param name="Name">The file's name.</param>
/// <param name="Address">The address to download it from.</param>
/// <param name="Bytes">Its size, as the platform reports it.</param>
public sealed record SharedFile(string Id, string Name, Uri Address, long Bytes);
