namespace MetaKube.Model;

/// <summary>Discards progress reports, for work that nobody watches.</summary>
public sealed class SilentProgress : IProgress<string>
{
    public static readonly SilentProgress Instance = new();

    private SilentProgress() { }

    public void Report(string value) { }
}
