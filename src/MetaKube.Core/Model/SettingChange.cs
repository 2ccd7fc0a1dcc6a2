namespace MetaKube.Model;

/// <summary>A changed object and a description of the change.</summary>
public sealed record SettingChange(ResourceRef Resource, string Description)
{
    public override string ToString() => $"{Resource} {Description}";
}
