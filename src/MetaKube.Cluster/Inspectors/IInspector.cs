using MetaKube.Model;

namespace MetaKube.Cluster.Inspectors;

/// <summary>Judges the objects of one family and says what is abnormal.</summary>
internal interface IInspector
{
    IEnumerable<Finding> Inspect(Examination examination);
}
