using MetaKube.Chat;
using MetaKube.Memory;

namespace MetaKube.Tests.Chat;

public sealed class IntentTests
{
    private static Intent One(string text)
    {
        var readings = IntentReader.Read(text);
        readings.Count.ShouldBe(
            1,
            string.Join(", ", readings.Select(reading => $"{reading.Intent} \"{reading.Text}\""))
        );
        return readings[0].Intent;
    }

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
    public void Small_talk_is_answered_by_what_the_bot_can_do(string text) => One(text).ShouldBeOfType<Intent.Help>();

    [Theory]
    [InlineData("thanks")]
    [InlineData("thank you very much!")]
    [InlineData("danke")]
    [InlineData("gracias")]
    [InlineData("thanks, that helps")]
    [InlineData("great, thank you!")]
    public void Thanks_need_no_answer(string text) => One(text).ShouldBeOfType<Intent.Thanks>();

    [Theory]
    [InlineData("hello-world crashes")]
    [InlineData("hello, why is checkout down?")]
    [InlineData("restart loops of checkout")]
    [InlineData("thanks to the rollout checkout is down")]
    [InlineData("你好，为什么 checkout 重启")]
    public void A_question_that_begins_like_small_talk_is_a_question(string text) =>
        IntentReader.IsQuestion(text).ShouldBeTrue();

    [Theory]
    [InlineData("since when?", typeof(Intent.SinceWhen))]
    [InlineData("seit wann?", typeof(Intent.SinceWhen))]
    [InlineData("什么时候开始的?", typeof(Intent.SinceWhen))]
    [InlineData("what changed?", typeof(Intent.WhatChanged))]
    [InlineData("what chaned", typeof(Intent.WhatChanged))]
    [InlineData("¿qué cambió?", typeof(Intent.WhatChanged))]
    [InlineData("who rolled that out?", typeof(Intent.WhatChanged))]
    [InlineData("how do I fix it?", typeof(Intent.HowToFix))]
    [InlineData("¿cómo lo arreglo?", typeof(Intent.HowToFix))]
    [InlineData("is it fixed now?", typeof(Intent.IsFixed))]
    [InlineData("did the rollback help?", typeof(Intent.IsFixed))]
    [InlineData("もう直りましたか?", typeof(Intent.IsFixed))]
    [InlineData("who else is affected?", typeof(Intent.WhoIsAffected))]
    [InlineData("und wer ist noch betroffen", typeof(Intent.WhoIsAffected))]
    [InlineData("how sure are you?", typeof(Intent.Sure))]
    [InlineData("show me the logs", typeof(Intent.Show))]
    [InlineData("montre-moi les événements", typeof(Intent.Show))]
    [InlineData("explain that for my manager please", typeof(Intent.Explain))]
    [InlineData("what does CrashLoopBackOff mean", typeof(Intent.ExplainCode))]
    [InlineData("summarise this thread", typeof(Intent.Summarise))]
    [InlineData("tl;dr?", typeof(Intent.Summarise))]
    [InlineData("open a ticket for that", typeof(Intent.Ticket))]
    [InlineData("draft a post-mortem", typeof(Intent.Postmortem))]
    [InlineData("ok roll it back", typeof(Intent.Write))]
    [InlineData("then restart the pods", typeof(Intent.Write))]
    [InlineData("and staging?", typeof(Intent.Elsewhere))]
    [InlineData("the second one", typeof(Intent.Elsewhere))]
    [InlineData("never mind", typeof(Intent.Stop))]
    [InlineData("silence this for 2h", typeof(Intent.Silence))]
    [InlineData("ack, I'm on it", typeof(Intent.Acknowledge))]
    [InlineData("list all failing pods", typeof(Intent.List))]
    [InlineData("is it safe to deploy now?", typeof(Intent.SafeToDeploy))]
    [InlineData("auf Deutsch bitte", typeof(Intent.Language))]
    [InlineData("has this happened before?", typeof(Intent.History))]
    public void Words_in_several_languages_are_read(string text, Type intent) => One(text).GetType().ShouldBe(intent);

    [Theory]
    [InlineData("this fixed it: rolled back", FeedbackKind.Fixed, "rolled back")]
    [InlineData("it was fixed by raising the limit", FeedbackKind.Fixed, "raising the limit")]
    [InlineData("no, it was the quota", FeedbackKind.Wrong, "quota")]
    [InlineData("wrong", FeedbackKind.Wrong, null)]
    public void Feedback_in_words_keeps_the_fix_or_the_cause(string text, FeedbackKind kind, string? words)
    {
        var given = One(text).ShouldBeOfType<Intent.GiveFeedback>();
        (given.Kind, given.Words).ShouldBe((kind, words));
    }

    [Fact]
    public void Several_questions_in_a_message_are_read_apart()
    {
        var readings = IntentReader.Read("since when, and who is affected? How do I fix it?");
        readings
            .Select(reading => reading.Intent.GetType())
            .ShouldBe([typeof(Intent.SinceWhen), typeof(Intent.WhoIsAffected), typeof(Intent.HowToFix)]);
    }

    [Theory]
    [InlineData("and you?", true)]
    [InlineData("since when?", true)]
    [InlineData("thanks!", false)]
    [InlineData("<@U0BEN> can you restart it?", false)]
    [InlineData("I will look into it", false)]
    [InlineData("👍", false)]
    [InlineData("never liked that version", false)]
    public void A_message_without_a_mention_may_be_for_the_bot(string text, bool isPossible) =>
        IntentReader.MayBeForUs(text).ShouldBe(isPossible);
}
