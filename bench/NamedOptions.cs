using System.Globalization;

namespace RenderFarm.Benchmarks;

/// <summary>What a benchmark was asked for, as in <c>--seed 3</c>.</summary>
internal sealed class NamedOptions
{
    private readonly Dictionary<string, string> values;
    private readonly string usage;

    /// <summary>Reads them.</summary>
    /// <param name="arguments">Names and values in turn.</param>
    /// <param name="usage">What is said when they cannot be read.</param>
    /// <param name="usual">Every option, with what it is when it is not given.</param>
    /// <exception cref="UsageException">One is not known, or has no value.</exception>
    public NamedOptions(
        string[] arguments, string usage, params (string Name, string Value)[] usual)
    {
        this.usage = usage;
        values = usual.ToDictionary(option => option.Name, option => option.Value);
        for (var i = 0; i < arguments.Length; i += 2)
        {
            if (i + 1 == arguments.Length || !values.ContainsKey(arguments[i]))
            {
                throw new UsageException(usage);
            }

            values[arguments[i]] = arguments[i + 1];
        }
    }

    /// <summary>A value as text.</summary>
    public string this[string name] => values[name];

    /// <exception cref="UsageException">It is none, or out of its range.</exception>
    public double Number(string name, double least, double most) =>
        double.TryParse(values[name], CultureInfo.InvariantCulture, out var number)
            && number >= least && number <= most
            ? number
            : throw new UsageException($"{usage}\n{name}: expected {least} to {most}");

    /// <exception cref="UsageException">It is none, or out of its range.</exception>
    public int Count(string name, int least, int most = int.MaxValue) =>
        int.TryParse(values[name], CultureInfo.InvariantCulture, out var number)
            && number >= least && number <= most
            ? number
            : throw new UsageException(
                $"{usage}\n{name}: expected a whole number, {least} to {most}");

    /// <summary>A full path; null where none is given.</summary>
    public string? Place(string name) =>
        values[name].Length > 0 ? Path.GetFullPath(values[name]) : null;
}
