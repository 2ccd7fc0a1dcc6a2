using k8s.Models;
using MetaKube.Cluster.Objects;

namespace MetaKube.Tests.Cluster.Objects;

public sealed class QuantityTests
{
    [Theory]
    [InlineData("64Mi", "128Mi")]
    [InlineData("1Gi", "2048Mi")]
    [InlineData("1k", "1Mi")]
    public void Twice_the_memory_is_written_in_mebibytes(string amount, string twice) =>
        Quantity.Twice(new ResourceQuantity(amount), isMemory: true).ShouldBe(twice);

    [Theory]
    [InlineData("100m", "200m")]
    [InlineData("2", "4000m")]
    public void Twice_the_cpu_is_written_in_millicores(string amount, string twice) =>
        Quantity.Twice(new ResourceQuantity(amount), isMemory: false).ShouldBe(twice);

    [Fact]
    public void Nothing_has_no_double() => Quantity.Twice(null, isMemory: true).ShouldBeNull();

    [Fact]
    public void Half_of_the_largest_fits_on_one_node()
    {
        Quantity.HalfOfLargest([new("2"), new("4"), new("500m")], isMemory: false).ShouldBe("2000m");
        Quantity.HalfOfLargest([], isMemory: false).ShouldBeNull();
    }
}
