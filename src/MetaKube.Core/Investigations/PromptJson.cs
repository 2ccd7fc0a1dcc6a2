using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace MetaKube.Investigations;

[JsonSerializable(typeof(JsonObject))]
internal sealed partial class PromptJson : JsonSerializerContext;
