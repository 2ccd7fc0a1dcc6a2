using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace MetaKube.Pathways;

[JsonSerializable(typeof(JsonObject))]
internal sealed partial class PromptJson : JsonSerializerContext;
