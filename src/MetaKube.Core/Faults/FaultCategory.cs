namespace MetaKube.Faults;

/// <summary>The six fault classes of the paper (Table 3) and Application, which the paper does not have.</summary>
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
