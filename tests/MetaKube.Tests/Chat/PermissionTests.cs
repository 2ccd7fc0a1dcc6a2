using MetaKube.Chat;

namespace MetaKube.Tests.Chat;

public sealed class PermissionTests
{
    private static readonly AccessRule Shop = new() { Channels = ["C1"], Namespaces = ["shop", "shop-*"] },
        Operators = new() { Users = ["U0ADA"] };

    [Fact]
    public void Without_rules_everybody_may_ask_about_everything()
    {
        var permission = Permission.Of([], "C9", null);
        permission.IsAny.ShouldBeTrue();
        permission.Allows("prod", null).ShouldBeTrue();
        permission.Allows("prod", "kube-system").ShouldBeTrue();
    }

    [Theory]
    [InlineData("shop", true)]
    [InlineData("shop-eu", true)]
    [InlineData("shops", false)]
    [InlineData("Shop", false)]
    [InlineData("payments", false)]
    [InlineData(null, false)]
    public void A_rule_of_a_channel_allows_its_namespaces(string? ns, bool allows) =>
        Permission.Of([Shop], "C1", "U0BOB").Allows("prod", ns).ShouldBe(allows);

    [Fact]
    public void In_another_channel_nothing_is_allowed()
    {
        var permission = Permission.Of([Shop], "C2", "U0BOB");
        permission.IsAny.ShouldBeFalse();
        permission.Allows("prod", "shop").ShouldBeFalse();
    }

    [Fact]
    public void A_rule_that_names_people_is_not_for_others_nor_for_a_monitoring_system()
    {
        Permission.Of([Operators], "C1", "U0ADA").Allows("prod", null).ShouldBeTrue();
        Permission.Of([Operators], "C1", "U0BOB").Allows("prod", "shop").ShouldBeFalse();
        Permission.Of([Operators], "C1", null).Allows("prod", "shop").ShouldBeFalse();
    }

    [Fact]
    public void Rules_add_up()
    {
        var permission = Permission.Of([Shop, Operators], "C1", "U0ADA");
        permission.Allows("prod", "shop").ShouldBeTrue();
        permission.Allows("prod", "kube-system").ShouldBeTrue();
    }

    [Fact]
    public void A_rule_may_name_clusters()
    {
        var permission = Permission.Of([new() { Clusters = ["test"] }], "C1", "U0BOB");
        permission.Allows("test", null).ShouldBeTrue();
        permission.Allows("prod", "shop").ShouldBeFalse();
    }

    [Theory]
    [InlineData("*", true)]
    [InlineData("shop", false)]
    public void The_whole_cluster_needs_a_star(string pattern, bool allows) =>
        Permission.Of([new() { Namespaces = [pattern] }], "C1", "U0BOB").Allows("prod", null).ShouldBe(allows);

    [Fact]
    public void The_only_namespace_is_known_where_there_is_one()
    {
        Permission.Of([new() { Namespaces = ["shop"] }], "C1", null).OnlyNamespace.ShouldBe("shop");
        Permission.Of([Shop], "C1", null).OnlyNamespace.ShouldBeNull();
        Permission.Of([new() { Namespaces = ["shop-*"] }], "C1", null).OnlyNamespace.ShouldBeNull();
        Permission.Of([], "C1", null).OnlyNamespace.ShouldBeNull();
    }
}
