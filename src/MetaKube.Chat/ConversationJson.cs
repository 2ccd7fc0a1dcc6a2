using System.Text.Json;
using System.Text.Json.Serialization;

namespace MetaKube.Chat;

/// <summary>How what belongs to conversations is kept.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true
)]
[JsonSerializable(typeof(WorkItem))]
[JsonSerializable(typeof(ThreadRecord))]
[JsonSerializable(typeof(ChatAddress))]
[JsonSerializable(typeof(RecentAnswer))]
[JsonSerializable(typeof(Outbox))]
[JsonSerializable(typeof(AnswerView))]
public sealed partial class ConversationJson : JsonSerializerContext;
