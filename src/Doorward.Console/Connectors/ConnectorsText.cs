namespace Doorward.Console.Connectors;

/// <summary>Names the texts of <c>ConnectorsText.resx</c>.</summary>
public sealed class ConnectorsText;
