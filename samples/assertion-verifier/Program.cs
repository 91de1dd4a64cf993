using AssertionVerifier;

var options = VerifierOptions.FromEnvironment();
var builder = WebApplication.CreateSlimBuilder(args);
builder.Services.AddSingleton(options);
builder.Services.AddSingleton(TimeProvider.System);
builder.Services.AddSingleton<IssuerKeys>();
builder.Services.AddSingleton<Verifier>();

var application = builder.Build();

// Every request, before anything of the application: without a caller there is no answer.
application.Use(async (context, next) =>
{
    var verifier = context.RequestServices.GetRequiredService<Verifier>();
    // Two values of one header are two claims about who asks: neither is believed.
    var assertions = context.Request.Headers["Doorward-Assertion"];
    if (assertions.Count != 1 || await verifier.VerifyAsync(assertions[0], context.RequestAborted) is not { } caller)
    {
        context.Response.StatusCode = StatusCodes.Status401Unauthorized;
        await context.Response.WriteAsync("This application is reached through its door only.\n", context.RequestAborted);
        return;
    }

    context.Items[typeof(Caller)] = caller;
    await next(context);
});

application.MapGet("/", (HttpContext context) =>
{
    var caller = (Caller)context.Items[typeof(Caller)]!;
    return Results.Text($"Good day, {caller.Name}. Your groups: {string.Join(", ", caller.Groups)}.\n");
});

application.Run();
