using System.CommandLine;
using System.Text.Json.Nodes;
using Doorward.Cli.Output;
using Doorward.Core.Policies;

namespace Doorward.Cli.Commands;

/// <summary>`policy schema`: what policies may speak of, for tools that read Cedar schemas. It ships with the product, so no installation is asked.</summary>
internal static class PolicySchemaCommand
{
    private static readonly Option<string> Syntax = Choices(new Option<string>("--syntax")
    {
        Description = "Cedar's schema syntax, or its JSON",
        HelpName = "cedar|json",
        DefaultValueFactory = _ => "cedar",
    });

    public static Command Create() => new Command("schema", "Print the schema that policies are validated against") { Syntax }.Runs(async (invocation, _) =>
    {
        var isJson = invocation.Value(Syntax) == "json";
        if (invocation.Format == OutputFormat.Table)
        {
            await invocation.Out.WriteAsync(isJson ? ShippedSchema.Schema.ToJson() + "\n" : ShippedSchema.Text);
            return;
        }

        invocation.Print(isJson ? JsonNode.Parse(ShippedSchema.Schema.ToJson())! : new JsonObject { ["cedar"] = ShippedSchema.Text });
    });

    private static Option<string> Choices(Option<string> option) => option.AcceptOnlyFromAmong("cedar", "json");
}
