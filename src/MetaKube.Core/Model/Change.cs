namespace MetaKube.Model;

/// <summary>
/// A fully determined change of one object that can be undone. It is applied only after a person's approval.
/// </summary>
/// <param name="Resource">The object.</param>
/// <param name="Patch">A strategic merge patch; empty for a rollback.</param>
/// <param name="Revision">The revision, from 1, to which a Deployment is rolled back; null for a patch.</param>
public sealed record Change(ResourceRef Resource, string Patch, int? Revision = null);
