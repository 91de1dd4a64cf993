namespace Doorward.Console.Identity.SignIn;

/// <summary>Another provider that people may sign in through, as the sign-in page offers it.</summary>
public sealed record ProviderChoice(string Name, string Display);
