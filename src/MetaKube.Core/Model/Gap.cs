namespace MetaKube.Model;

/// <summary>Something that could not be read, and why.</summary>
public sealed record Gap(string What, string Why);
