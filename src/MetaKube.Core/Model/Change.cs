namespace MetaKube.Model;

/// <summary>
/// What a remedy changes in one object, where that is known to the last field and can be taken back. Nobody makes it
/// but after a person's approval.
/// </summary>
/// <param name="Resource">The object.</param>
/// <param name="Patch">A strategic merge patch; empty where the object goes back to a revision.</param>
/// <param name="Revision">The revision, from 1, that a Deployment goes back to, or null.</param>
public sealed record Change(ResourceRef Resource, string Patch, int? Revision = null);
