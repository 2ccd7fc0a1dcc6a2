using MetaKube.Cluster.Text;

namespace MetaKube.Tests.Cluster.Text;

public sealed class PastedEventLineTests
{
    [Theory]
    [InlineData("Warning  BackOff  20s (x12 over 3m)  kubelet  Back-off restarting", "20s (x12 over 3m)", "kubelet")]
    [InlineData("Warning BackOff 20s (x12 over 3m) kubelet Back-off restarting", "20s (x12 over 3m)", "kubelet")]
    [InlineData(
        "Warning  BackOff  <invalid> (x14 over <invalid>)  kubelet  Back-off restarting",
        "<invalid> (x14 over <invalid>)",
        "kubelet"
    )]
    [InlineData("Warning  BackOff  3m22s  kubelet, node-1  Back-off restarting", "3m22s", "kubelet, node-1")]
    [InlineData("Warning  BackOff  2d3h         Back-off restarting", "2d3h", null)]
    [InlineData(
        "5m  4m  3  kubelet, n1  spec.containers{web}  Warning  BackOff  Back-off restarting",
        "4m",
        "kubelet, n1"
    )]
    public void Events_below_a_description_have_ages_of_every_form(string line, string age, string? from)
    {
        var e = PastedEventLine.Parse(line).ShouldNotBeNull();
        (e.Type, e.Reason, e.Message).ShouldBe(("Warning", "BackOff", "Back-off restarting"));
        (e.Age, e.From).ShouldBe((age, from));
    }

    [Theory]
    [InlineData("2m          Warning   Failed   pod/web-0   no such image", null)]
    [InlineData("shop   2m (x5 over 10m)   Warning   Failed   pod/web-0   no such image", "shop")]
    [InlineData("<unknown> Warning Failed pod/web-0 no such image", null)]
    public void A_row_of_get_events_names_its_object(string line, string? ns)
    {
        var e = PastedEventLine.Parse(line).ShouldNotBeNull();
        (e.Object, e.Namespace, e.Message).ShouldBe(("pod/web-0", ns, "no such image"));
    }

    [Theory]
    [InlineData("Warning: this is deprecated since 20s ago")]
    [InlineData("Normal operation resumed after 20s of waiting")]
    [InlineData("2026-11-24 Warning disk is full")]
    public void Sentences_are_no_events(string line) => PastedEventLine.Parse(line).ShouldBeNull();

    [Theory]
    [InlineData("2m30s (x4 over 5m)", 150)]
    [InlineData("1y2d", 31708800)]
    [InlineData("<invalid>", 0)]
    [InlineData(null, 0)]
    public void Ages_add_up(string? age, int seconds) =>
        PastedEventLine.AgeOf(age).ShouldBe(TimeSpan.FromSeconds(seconds));

    [Fact]
    public void Repetitions_are_counted()
    {
        PastedEventLine.Parse("Warning  BackOff  20s (x12 over 3m)  kubelet  no")!.Count.ShouldBe(12);
        PastedEventLine.Parse("Warning  BackOff  20s  kubelet  no")!.Count.ShouldBe(1);
    }
}
