using MetaKube.Faults;

namespace MetaKube.Tests.Faults;

public sealed class WordIndexTests
{
    private static readonly WordIndex Index = new([
        ("lock", "could not lock ledger\nThe ledger is locked by another writer"),
        ("disk", "no space left on device\nThe disk is full"),
        ("name", "no such host\nA name cannot be resolved"),
    ]);

    [Fact]
    public void The_nearest_text_shares_the_rarest_words_whatever_their_endings_and_case()
    {
        Index.Nearest("E0501 Locking LEDGERS failed", 1).ShouldHaveSingleItem().Id.ShouldBe("lock");
        Index.Nearest("E: unrelated words only", 1).ShouldBeEmpty();
    }

    [Fact]
    public void Words_in_another_order_score_less() =>
        Index
            .Nearest("device on left space no", 1)[0]
            .Score.ShouldBeLessThan(Index.Nearest("no space left on device", 1)[0].Score);

    [Fact]
    public void A_name_in_mixed_case_has_its_parts_and_a_hash_or_long_number_is_no_word()
    {
        Words.Of("FailedMount").ShouldBe(["failedmount", "fail", "mount"]);
        Words.Of("7d9f8c7b5d 1234567 0 a 403").ShouldBe(["403"]);
    }
}
