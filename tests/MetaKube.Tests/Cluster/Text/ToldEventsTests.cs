using MetaKube.Cluster.Text;

namespace MetaKube.Tests.Cluster.Text;

public sealed class ToldEventsTests
{
    [Theory]
    [InlineData("events had Failed to pull image \"a/b:1\": manifest unknown", "Pod", "Failed")]
    [InlineData("it says 0/3 nodes are available: 3 Insufficient memory", "Pod", "FailedScheduling")]
    [InlineData("Back-off restarting failed container web in pod web-0", "Pod", "BackOff")]
    [InlineData("The node was low on resource: ephemeral-storage.", "Pod", "Evicted")]
    [InlineData("Readiness probe failed: connection refused", "Pod", "Unhealthy")]
    [InlineData("MountVolume.SetUp failed for volume \"c\" : secret \"tls\" not found", "Pod", "FailedMount")]
    [InlineData("Multi-Attach error for volume \"pvc-1\"", "Pod", "FailedAttachVolume")]
    [InlineData("Error creating: pods \"a\" is forbidden: exceeded quota: q", "ReplicaSet", "FailedCreate")]
    [InlineData("Kubelet stopped posting node status.", "Node", "NodeNotReady")]
    [InlineData("Job has reached the specified backoff limit", "Job", "BackoffLimitExceeded")]
    public void The_opening_of_a_message_tells_the_kind_and_the_reason(string text, string kind, string reason)
    {
        var told = ToldEvents.Read($"why? {text}").ShouldHaveSingleItem();
        (told.Kind, told.Reason).ShouldBe((kind, reason));
        text.ShouldContain(told.Message);
    }

    [Theory]
    [InlineData("why does the pod fail to pull its image")]
    [InlineData("are the nodes available?")]
    [InlineData("the probe fails and the container restarts")]
    public void A_complaint_in_ones_own_words_is_no_message(string text) => ToldEvents.Read(text).ShouldBeEmpty();

    [Fact]
    public void A_message_ends_with_its_line_or_with_the_JSON_string_around_it()
    {
        ToldEvents
            .Read("Liveness probe failed: timeout\nand now?")
            .ShouldHaveSingleItem()
            .Message.ShouldBe("Liveness probe failed: timeout");
        ToldEvents
            .Read("""{"description":"The node was low on resource: memory.","severity":"warning"}""")
            .ShouldHaveSingleItem()
            .Message.ShouldBe("The node was low on resource: memory.");
    }
}
