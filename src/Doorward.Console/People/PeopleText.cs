namespace Doorward.Console.People;

/// <summary>Names the texts of <c>PeopleText.resx</c>.</summary>
public sealed class PeopleText;
