using MetaKube.Model;

namespace MetaKube.Tests.Model;

public sealed class CauseMeaningTests
{
    [Theory]
    [InlineData("the sidecar keeps the Job alive", "The job was kept alive because of the sidecar", false)]
    [InlineData("the sidecar keeps the Job alive", "Job kept alive: a sidecar keeps it", true)]
    [InlineData("expired certificate of the registry", "the registry's certificate has expired", true)]
    [InlineData("the limit of 256Mi is too low", "limit of 512Mi too low", true)]
    [InlineData("the limit of the pool is too low", "the limit of the pool is too high", false)]
    [InlineData("the writer held the lock", "the writer never held the lock", false)]
    [InlineData("the server rejects the ingress rule", "the server rejects the egress rule", false)]
    [InlineData("mtu mismatch on the vpn", "two tagged security groups", false)]
    public void Causes_mean_the_same_by_their_words_and_not_by_their_order(string one, string other, bool isSame) =>
        CauseMeaning.Of(one).Equals(CauseMeaning.Of(other)).ShouldBe(isSame);

    [Fact]
    public void The_code_does_not_depend_on_order_and_form()
    {
        OpenCause.CodeOf("The certificate expired").ShouldBe(OpenCause.CodeOf("expired: the certificates"));
        OpenCause.CodeOf("The certificate expired").ShouldNotBe(OpenCause.CodeOf("The certificate is missing"));
    }
}
