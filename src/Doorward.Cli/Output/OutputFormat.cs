namespace Doorward.Cli.Output;

internal enum OutputFormat
{
    Table,
    Json,
    Yaml,
}
