using MetaKube.Cluster.Targeting;

namespace MetaKube.Tests.Cluster.Targeting;

public sealed class NameLikenessTests
{
    [Theory]
    [InlineData("chekout", "checkout")]
    [InlineData("chcekout", "checkout")]
    [InlineData("notificaton", "notification")]
    [InlineData("ledger", "ledger-core")]
    [InlineData("core-api", "ledger-core-api")]
    [InlineData("checkout-service", "checkout")]
    [InlineData("paymnts", "payments-worker")]
    [InlineData("migration", "schema-migrate")]
    public void A_word_is_like_a_name_that_somebody_may_have_meant(string word, string name) =>
        NameLikeness.Of(word, name).ShouldBeGreaterThan(0);

    [Theory]
    [InlineData("cart", "chart")]
    [InlineData("api", "apt")]
    [InlineData("personal-certs", "db-certs")]
    [InlineData("servicio", "order-service")]
    [InlineData("checkout-worker", "checkout")]
    [InlineData("warum", "web")]
    [InlineData("certs", "certificates-unrelated")]
    public void Another_word_is_not_like_it(string word, string name) => NameLikeness.Of(word, name).ShouldBe(0);

    [Fact]
    public void A_misspelt_name_is_nearer_than_a_part_of_a_name() =>
        NameLikeness.Of("payment", "payments").ShouldBeGreaterThan(NameLikeness.Of("payment", "payment-worker"));

    [Fact]
    public void Names_with_a_part_in_common_resemble_each_other_most() =>
        NameLikeness
            .Resemblance("personal-certs", "db-certs")
            .ShouldBeGreaterThan(NameLikeness.Resemblance("personal-certs", "postgres"));
}
