using MetaKube.Chat;

namespace MetaKube.Tests.Chat;

public sealed class IntentTests
{
    [Theory]
    [InlineData("hello")]
    [InlineData("Hi there!")]
    [InlineData("Guten Morgen")]
    [InlineData("hola")]
    [InlineData("bonjour")]
    [InlineData("你好")]
    [InlineData("こんにちは")]
    [InlineData("what can you do?")]
    [InlineData("how can you help me")]
    [InlineData("tell me a joke")]
    [InlineData("list pods")]
    [InlineData("show me all pods in shop")]
    [InlineData("restart checkout")]
    public void Small_talk_and_orders_are_answered_by_what_the_bot_can_do(string text) =>
        Intent.Read(text, isAddressed: true, thread: null).ShouldBeOfType<Intent.Help>();

    [Theory]
    [InlineData("thanks")]
    [InlineData("thank you very much!")]
    [InlineData("danke")]
    [InlineData("gracias")]
    public void Thanks_need_no_answer(string text) =>
        Intent.Read(text, isAddressed: true, thread: null).ShouldBeOfType<Intent.None>();

    [Theory]
    [InlineData("hello-world crashes")]
    [InlineData("hello, why is checkout down?")]
    [InlineData("restart loops of checkout")]
    [InlineData("restart loop")]
    [InlineData("thanks to the rollout checkout is down")]
    [InlineData("list of pods that crash, why?")]
    [InlineData("你好，为什么 checkout 重启")]
    public void A_question_that_begins_like_small_talk_is_a_question(string text) =>
        Intent.Read(text, isAddressed: true, thread: null).ShouldBeOfType<Intent.Ask>();
}
