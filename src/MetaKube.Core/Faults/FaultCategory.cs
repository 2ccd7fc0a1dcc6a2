namespace MetaKube.Faults;

/// <summary>The six fault classes of the paper (Table 3), and Application, which is ours.</summary>
public enum FaultCategory
{
    Image,
    Configuration,
    Resource,
    Scheduling,
    Network,
    System,
    Application,
}
